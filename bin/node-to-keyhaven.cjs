'use strict'

// Loaded into Node programs by `keyhaven run`. Many of them, official SDKs among them, know no proxy; so connections to
// the names of the cloud are led to the server here below all of their agents. TLS stays theirs: they still check that
// the certificate is for the name that they asked for. Written for old Nodes, too.

const { Socket, isIP } = require('node:net')

const ports = { 443: portOf(process.env.KEYHAVEN_ENDPOINT), 80: portOf(process.env.KEYHAVEN_HTTP_ENDPOINT) }
const ofCloud = /^(?:(?:kms|kms-vpc|sts|sts-vpc)\.[a-z0-9-]+|sts|ram|[^.]+\.cryptoservice\.kms)\.aliyuncs\.com$/
const direct = (process.env.NO_PROXY || '').split(',')

const connect = Socket.prototype.connect
Socket.prototype.connect = function (...given) {
  if (isPort(given[0])) {
    const port = given.shift()
    const host = typeof given[0] === 'string' ? given.shift() : ''
    given.unshift({ port, host })
  }
  // net.connect hands its options on in a list
  const list = Array.isArray(given[0]) ? given[0] : given
  const options = list[0]
  if (options && typeof options === 'object' && options.host) {
    const host = options.host.toLowerCase()
    const port = ports[options.port]
    if (port && ofCloud.test(host)) list[0] = { ...options, host: 'localhost', port }
    else if (!isHere(host) && !isDirect(host)) {
      const error = new Error(`connect ECONNREFUSED ${host}: keyhaven run lets nothing out that --direct does not name`)
      process.nextTick(() => this.destroy(Object.assign(error, { code: 'ECONNREFUSED' })))
      return this
    }
  }
  return connect.apply(this, given)
}

/** Any other text is the path of a socket of this machine. */
function isPort(value) {
  return typeof value === 'number' || (typeof value === 'string' && Number(value) >= 0)
}

function portOf(url) {
  return url && new URL(url).port
}

function isHere(host) {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && /^127\./.test(host))
}

/** As NO_PROXY has it: a name stands for all below it, too. */
function isDirect(host) {
  return direct.some((name) => name !== '' && (host === name || host.endsWith(`.${name.replace(/^\*?\./, '')}`)))
}
