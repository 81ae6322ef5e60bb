import * as shop from '../../services/shop.js';
import { yuan } from '../../utils/format.js';
import { failureText, texts } from '../../utils/texts.js';

const POLL_MILLISECONDS = 500;
const PATIENCE_MILLISECONDS = 10_000;
const UNSETTLED = ['CREATED', 'PREPAID'];

Page({
  data: {
    t: texts(),
    /** waiting, late, or the status of the order. */
    state: 'waiting',
    amount: '',
    outTradeNo: '',
    transactionId: '',
    paidBy: '',
    failure: '',
  },

  onLoad({ outTradeNo }) {
    this.setData({ outTradeNo });
    return this.wait();
  },

  onShow() {
    const t = texts();
    wx.setNavigationBarTitle({ title: t.result });
    this.setData({ t });
  },

  onUnload() {
    this.gone = true;
  },

  /** The phone was told `requestPayment:ok`. That is no proof, so the backend is asked until it knows. */
  async wait() {
    this.setData({ state: 'waiting', failure: '' });
    const deadline = Date.now() + PATIENCE_MILLISECONDS;
    try {
      while (this.gone !== true) {
        const { order } = await shop.order(this.data.outTradeNo);
        this.draw(order);
        if (!UNSETTLED.includes(order.status)) return;
        if (Date.now() > deadline) break;
        await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
      }
      this.setData({ state: 'late' });
    } catch (error) {
      this.setData({ state: 'late', failure: failureText(error) });
    }
  },

  async ask() {
    this.setData({ state: 'waiting', failure: '' });
    try {
      await shop.refresh(this.data.outTradeNo);
    } catch (error) {
      this.setData({ failure: failureText(error) });
    }
    return this.wait();
  },

  /** @param {shop.Order} order */
  draw({ status, amountTotal, transactionId, paidBy }) {
    this.setData({
      state: UNSETTLED.includes(status) ? 'waiting' : status,
      amount: yuan(amountTotal),
      transactionId: transactionId ?? '',
      paidBy: paidBy ?? '',
    });
  },
});
