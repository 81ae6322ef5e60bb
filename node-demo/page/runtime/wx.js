// The global `wx`: the calls this mini program uses, with the names, arguments and results of the real ones.

/** @import { Pages } from './pages.js' */
/** @import { Dialogs } from '../phone/dialogs.js' */
/** @import { createWechat } from '../wechat.js' */

/**
 * @param {{
 *   wechat: ReturnType<typeof createWechat>,
 *   dialogs: Dialogs,
 *   pages: () => Pages,
 *   language: () => string,
 *   appid: string,
 *   setTabText: (index: number, text: string) => void,
 * }} parts
 */
export function createWx({ wechat, dialogs, pages, language, appid, setTabText }) {
  return {
    ...wechat,

    navigateTo: (/** @type {{ url: string }} */ { url }) => pages().navigateTo(url),
    redirectTo: (/** @type {{ url: string }} */ { url }) => pages().redirectTo(url),
    switchTab: (/** @type {{ url: string }} */ { url }) => pages().switchTab(url),
    navigateBack: () => pages().navigateBack(),

    setNavigationBarTitle: (/** @type {{ title: string }} */ { title }) => pages().setTitle(title),
    setTabBarItem: (/** @type {{ index: number, text: string }} */ { index, text }) =>
      setTabText(index, text),

    showToast: (/** @type {{ title: string, duration?: number }} */ options) => dialogs.toast(options),
    showLoading: (/** @type {{ title: string, mask?: boolean }} */ { title }) => dialogs.loading(title),
    hideLoading: () => dialogs.hideLoading(),
    showModal: (
      /** @type {import('../phone/dialogs.js').Modal & { success?: (answer: { confirm: boolean, cancel: boolean }) => void }} */
      { success, ...modal },
    ) =>
      void dialogs.modal(modal).then((confirm) => success?.({ confirm, cancel: !confirm })),

    getAppBaseInfo: () => ({ language: language() === 'zh' ? 'zh_CN' : 'en', SDKVersion: '3.5.0' }),
    getAccountInfoSync: () => ({
      miniProgram: { appId: appid, envVersion: 'develop', version: '' },
    }),
  };
}
