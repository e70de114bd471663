/**
 * As much of the package `testcontainers` (12 or later) as is used here. Users of `keyhaven/testcontainers` have the package
 * itself, and its types in place of these; the project does without its hundred and seventy packages.
 */
declare module 'testcontainers' {
  export interface StartedTestContainer {
    getHost(): string
    getMappedPort(port: number): number
    exec(command: string[]): Promise<{ output: string; exitCode: number }>
    stop(): Promise<unknown>
  }

  export class AbstractStartedContainer implements StartedTestContainer {
    protected readonly startedTestContainer: StartedTestContainer
    constructor(startedTestContainer: StartedTestContainer)
    getHost(): string
    getMappedPort(port: number): number
    exec(command: string[]): Promise<{ output: string; exitCode: number }>
    stop(): Promise<unknown>
    [Symbol.asyncDispose](): Promise<void>
  }

  export interface WaitStrategy {
    withStartupTimeout(milliseconds: number): this
  }

  export interface HttpWaitStrategy extends WaitStrategy {
    usingTls(): this
    allowInsecure(): this
  }

  export const Wait: { forHttp(path: string, port: number): HttpWaitStrategy }

  export class GenericContainer {
    constructor(image: string)
    start(): Promise<StartedTestContainer>
    withCommand(command: string[]): this
    withEnvironment(environment: Record<string, string>): this
    withExposedPorts(...ports: number[]): this
    withWaitStrategy(strategy: WaitStrategy): this
    withCopyFilesToContainer(files: { source: string; target: string }[]): this
    withCopyContentToContainer(contents: { content: string; target: string }[]): this
  }
}
