import * as shop from '../../services/shop.js';
import { requestPayment } from '../../services/wechat.js';
import { localTime, yuan } from '../../utils/format.js';
import { failureText, language, texts } from '../../utils/texts.js';

Page({
  data: {
    t: texts(),
    name: '',
    quantity: 1,
    amount: '',
    outTradeNo: '',
    createdAt: '',
    /** The sheet was closed before. */
    unpaid: false,
    /** Between the tap and the end of the sheet: a second tap does nothing. */
    paying: false,
    failure: '',
  },

  /** Comes with `productId` and `quantity` from the product, or with `outTradeNo` from the list of orders. */
  onLoad(options) {
    this.options = options;
    return this.load();
  },

  onShow() {
    const t = texts();
    wx.setNavigationBarTitle({ title: t.cashier });
    this.setData({ t });
    if (this.product !== undefined) this.setData({ name: this.product.name[language()] });
  },

  async load() {
    this.setData({ failure: '' });
    try {
      const products = await shop.products();
      const { outTradeNo, productId, quantity } = this.options;
      if (outTradeNo !== undefined) {
        const { order } = await shop.order(outTradeNo);
        this.product = products.find(({ id }) => id === order.productId);
        this.drawOrder(order);
        this.setData({ unpaid: true });
      } else {
        this.product = products.find(({ id }) => id === productId);
        const amount = yuan(this.product.price * Number(quantity));
        this.setData({ quantity: Number(quantity), amount });
      }
      this.setData({ name: this.product.name[language()] });
    } catch (error) {
      this.setData({ failure: failureText(error) });
    }
  },

  async pay() {
    if (this.data.paying) return;
    this.setData({ paying: true });
    try {
      const { order, requestPayment: parameters } = await this.placeOrder();
      this.drawOrder(order);
      const paid = parameters === null || (await requestPayment(parameters)) === 'paid';
      if (paid) {
        wx.redirectTo({ url: `/pages/result/index?outTradeNo=${order.outTradeNo}` });
        return;
      }
      this.setData({ unpaid: true });
    } catch (error) {
      const { failed, known } = this.data.t;
      const content = failureText(error);
      wx.showModal({ title: failed, content, showCancel: false, confirmText: known });
    } finally {
      wx.hideLoading();
      this.setData({ paying: false });
    }
  },

  /** One order for one cashier: after a cancelled sheet the same number is paid, never a second one. */
  async placeOrder() {
    wx.showLoading({ title: this.data.t.ordering, mask: true });
    const { outTradeNo } = this.data;
    const { productId, quantity } = this.options;
    const checkout =
      outTradeNo === ''
        ? await shop.createOrder(productId, Number(quantity))
        : await shop.checkout(outTradeNo);
    wx.hideLoading();
    return checkout;
  },

  /** @param {shop.Order} order */
  drawOrder({ outTradeNo, amountTotal, quantity, createdAt }) {
    const amount = yuan(amountTotal);
    this.setData({ outTradeNo, amount, quantity, createdAt: localTime(createdAt) });
  },
});
