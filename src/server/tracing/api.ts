import { createRequire } from 'node:module'
import { ConfigError } from '../config/load.ts'

/*
 * What is used of OpenTelemetry. Its packages are there only where an operator has installed them, and so are their
 * own types; they are read only where traces are wanted.
 */

export interface SpanContext {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
  readonly isRemote?: boolean
}

/** It is only handed on. */
export interface Context {
  getValue(key: symbol): unknown
}

export interface Span {
  spanContext(): SpanContext
  isRecording(): boolean
  setAttribute(name: string, value: string | number): this
  setStatus(status: { readonly code: number }): this
  updateName(name: string): this
  end(): void
}

export interface Tracer {
  startSpan(name: string, options: { readonly kind: number }, context: Context): Span
}

export interface SpanExporter {
  /** code 0: they were taken */
  export(spans: unknown, done: (result: { readonly code: number; readonly error?: Error }) => void): void
  shutdown(): Promise<void>
}

export interface SpanProcessor {
  onStart(span: unknown, context: unknown): void
  onEnd(span: unknown): void
  forceFlush(): Promise<void>
  shutdown(): Promise<void>
}

interface Sampler {
  shouldSample(): { readonly decision: number }
}

interface Api {
  readonly ROOT_CONTEXT: Context
  readonly SpanKind: { readonly INTERNAL: number; readonly SERVER: number; readonly CLIENT: number }
  readonly SpanStatusCode: { readonly ERROR: number }
  readonly trace: {
    setSpan(context: Context, span: Span): Context
    setSpanContext(context: Context, remote: SpanContext): Context
  }
}

interface Sdk {
  readonly TracerProvider: new (options: {
    readonly resource: unknown
    readonly sampler: unknown
    readonly spanProcessors: readonly SpanProcessor[]
  }) => { getTracer(name: string, version: string): Tracer; shutdown(): Promise<void> }
  readonly BatchSpanProcessor: new (options: { readonly exporter: SpanExporter }) => SpanProcessor
  readonly ParentBasedSampler: new (options: {
    readonly root: Sampler
    readonly remoteParentNotSampled: Sampler
  }) => unknown
  readonly SamplingDecision: { readonly NOT_RECORD: number; readonly RECORD_AND_SAMPLED: number }
}

export interface OpenTelemetry extends Api, Sdk {
  readonly OTLPTraceExporter: new (options: { readonly url: string }) => SpanExporter
  resourceFromAttributes(attributes: Readonly<Record<string, string>>): unknown
}

const packages = ['api', 'sdk-trace', 'resources', 'exporter-trace-otlp-http'].map((name) => `@opentelemetry/${name}`)

/** @throws ConfigError when a package is missing */
export function loadOpenTelemetry(): OpenTelemetry {
  try {
    return Object.assign({}, ...packages.map(createRequire(import.meta.url)))
  } catch {
    throw new ConfigError(
      `traceEndpoint needs packages of OpenTelemetry: install them beside Keyhaven ("npm install ${packages.join(' ')}")`,
    )
  }
}
