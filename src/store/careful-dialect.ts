import type { DatabaseConnection, Dialect, Driver } from 'kysely'

/** The error of a COMMIT: unlike any other it leaves open whether the transaction took effect. */
export class CommitFailed extends Error {
  constructor(cause: unknown) {
    super('COMMIT failed', { cause })
    this.name = 'CommitFailed'
  }
}

/** The dialect with a driver that tells the failure of a COMMIT from every other, and the cause of a failure from its wake. */
export const carefulDialect = (dialect: Dialect): Dialect => ({
  createAdapter: () => dialect.createAdapter(),
  createIntrospector: (database) => dialect.createIntrospector(database),
  createQueryCompiler: () => dialect.createQueryCompiler(),
  createDriver: () => careful(dialect.createDriver()),
})

const careful = (driver: Driver): Driver => ({
  init: (options) => driver.init(options),
  acquireConnection: (options) => driver.acquireConnection(options),
  releaseConnection: (connection, options) => driver.releaseConnection(connection, options),
  destroy: (options) => driver.destroy(options),
  beginTransaction: (connection, settings) => driver.beginTransaction(connection, settings),
  async commitTransaction(connection) {
    try {
      await driver.commitTransaction(connection)
    } catch (error) {
      throw new CommitFailed(error)
    }
  },
  // After what made the transaction fail there is often no connection, or no transaction, left to roll back; that would
  // hide the reason. A driver discards a connection on which it failed.
  rollbackTransaction: (connection: DatabaseConnection) =>
    driver.rollbackTransaction(connection).catch(() => undefined),
})
