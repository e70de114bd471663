// Package checks is what the programs share: settings handed over in the environment, and one printed line a check.
package checks

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"strings"
)

const Message = "测试消息"

// Settings is a client.json.
type Settings struct {
	Endpoint, HTTPEndpoint, AccessKeyID, AccessKeySecret, RegionID string
}

func Load(variable string) (settings Settings) {
	Must(json.Unmarshal([]byte(Text(os.Getenv(variable))), &settings))
	return settings
}

func Text(path string) string {
	content, err := os.ReadFile(path)
	Must(err)
	return strings.TrimSpace(string(content))
}

// Host is `host:port` without scheme.
func Host(url string) string {
	_, host, _ := strings.Cut(url, "://")
	return strings.TrimSuffix(host, "/")
}

func Must(err error) {
	if err != nil {
		fmt.Println("FAILED", err)
		os.Exit(1)
	}
}

// Got is the value of a call that must not fail.
func Got[T any](value T, err error) T {
	Must(err)
	return value
}

func Check(name string, condition bool) {
	if !condition {
		fmt.Println("FAILED", name)
		os.Exit(1)
	}
	fmt.Println("ok", name)
}

func Equal[T comparable](name string, actual, expected T) {
	if actual != expected {
		fmt.Printf("expected %v, got %v\n", expected, actual)
	}
	Check(name, actual == expected)
}

func EqualBytes(name string, actual, expected []byte) { Check(name, bytes.Equal(actual, expected)) }

func Base64(content []byte) string { return base64.StdEncoding.EncodeToString(content) }

func Bytes(text string) []byte { return Got(base64.StdEncoding.DecodeString(text)) }

func Digest(text string) []byte {
	digest := sha256.Sum256([]byte(text))
	return digest[:]
}

// Spki reads PEM, which must be written as the samples compare it.
func Spki(name, text string) []byte {
	block, rest := pem.Decode([]byte(text))
	Check(name+", byte for byte", block != nil && len(rest) == 0 && string(pem.EncodeToMemory(block)) == text)
	return block.Bytes
}

// OaepSha256 is RSAES_OAEP_SHA_256 under a SubjectPublicKeyInfo.
func OaepSha256(spki, plaintext []byte) []byte {
	key := Got(x509.ParsePKIXPublicKey(spki)).(*rsa.PublicKey)
	return Got(rsa.EncryptOAEP(sha256.New(), rand.Reader, key, plaintext, nil))
}

func Finish() { fmt.Println("all checks passed") }
