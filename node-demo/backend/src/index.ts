export { MAX_QUANTITY, products, type Product } from './catalogue.js';
export { ConfigError, loadConfig, type Config, type Environment } from './config.js';
export { inTransaction, type Database, type Queryable, type Row } from './db/database.js';
export { migrate } from './db/migrate.js';
export { openPglite } from './db/pglite.js';
export { createLogger, type LogFields, type Logger } from './log.js';
export type { CallbackReport } from './notifications.js';
export { TRANSITIONS, type OrderStatus } from './orders.js';
export { startBackend, type Backend, type BackendOptions } from './server.js';
