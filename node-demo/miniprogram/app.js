import { login } from './services/shop.js';

App({
  onLaunch() {
    // Step 1 starts before the first page asks for anything; every call to the shop waits for it.
    login().catch(() => {});
  },
});
