export { fastifyPlugin, fetchHandler, koaHandler, nodeHandler } from './handlers.js'
export { MemoryReplayStore } from './memory-replay-store.js'
export { NotificationReceiver } from './receiver.js'
