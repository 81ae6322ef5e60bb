export * from './core.js'
export * from './extras.js'
