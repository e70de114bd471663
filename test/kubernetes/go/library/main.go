// Encrypts and decrypts as an API server stores, with its own library, by the KMS v2 plugin at a socket. Reads commands from
// standard input and answers each with one line of JSON.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"k8s.io/apiserver/pkg/storage/value"
	"k8s.io/apiserver/pkg/storage/value/encrypt/envelope/kmsv2"
	kms "k8s.io/kms/pkg/service"
)

// What a command answers with; `err` alone when it failed.
type answer struct {
	Version string `json:"version,omitempty"`
	Healthz string `json:"healthz,omitempty"`
	KeyID   string `json:"keyId,omitempty"`
	Stored  []byte `json:"stored,omitempty"`
	Text    string `json:"text,omitempty"`
	Stale   bool   `json:"stale,omitempty"`
	Err     string `json:"err,omitempty"`
}

type store struct {
	service kms.Service
	state   kmsv2.State
}

// What is stored is bound to its place.
var place = value.DefaultContext("/registry/secrets/default/test")

func main() {
	ctx := context.Background()
	service, err := kmsv2.NewGRPCService(ctx, "unix://"+os.Args[1], "keyhaven", 3*time.Second)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	s := &store{service: service}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		command, argument, _ := strings.Cut(lines.Text(), " ")
		a, err := s.run(ctx, command, argument)
		if err != nil {
			a = answer{Err: err.Error()}
		}
		json.NewEncoder(os.Stdout).Encode(a)
	}
}

func (s *store) run(ctx context.Context, command, argument string) (answer, error) {
	switch command {
	case "status":
		status, err := s.service.Status(ctx)
		if err != nil {
			return answer{}, err
		}
		return answer{Version: status.Version, Healthz: status.Healthz, KeyID: status.KeyID}, nil
	case "generate":
		return s.generate(ctx)
	case "store":
		stored, err := s.transformer().TransformToStorage(ctx, []byte(argument), place)
		return answer{Stored: stored}, err
	case "load":
		var stored []byte
		if err := json.Unmarshal([]byte(argument), &stored); err != nil {
			return answer{}, err
		}
		text, stale, err := s.transformer().TransformFromStorage(ctx, stored, place)
		return answer{Text: string(text), Stale: stale}, err
	}
	return answer{}, fmt.Errorf("unknown command %q", command)
}

// A new transformer has no keys in its cache, as that of an API server that has been started again.
func (s *store) transformer() value.Transformer {
	return kmsv2.NewEnvelopeTransformer(s.service, "keyhaven", func() (kmsv2.State, error) { return s.state, nil }, "test")
}

// What an API server does at its start, and when the key id of Status is another one.
func (s *store) generate(ctx context.Context) (answer, error) {
	transformer, object, cacheKey, err := kmsv2.GenerateTransformer(ctx, "test", s.service, true)
	if err != nil {
		return answer{}, err
	}
	s.state = kmsv2.State{
		Transformer:                           transformer,
		EncryptedObjectKeyID:                  object.KeyID,
		EncryptedObjectEncryptedDEKSource:     object.EncryptedDEKSource,
		EncryptedObjectAnnotations:            object.Annotations,
		EncryptedObjectEncryptedDEKSourceType: object.EncryptedDEKSourceType,
		UID:                                   "test",
		ExpirationTimestamp:                   time.Now().Add(time.Hour),
		CacheKey:                              cacheKey,
		KMSProviderName:                       "keyhaven",
	}
	return answer{KeyID: object.KeyID}, nil
}
