export * from '../core.js'
export { init } from './core-module.js'
