export * from '../extras.js'
export { initExtras } from './extras-module.js'
