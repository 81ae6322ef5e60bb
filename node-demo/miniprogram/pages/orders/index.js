import * as shop from '../../services/shop.js';
import { localTime, yuan } from '../../utils/format.js';
import { failureText, language, texts, translateTabs } from '../../utils/texts.js';

const POLL_MILLISECONDS = 2000;
const UNSETTLED = ['CREATED', 'PREPAID', 'REFUNDING'];

Page({
  data: {
    t: texts(),
    orders: [],
    loaded: false,
    busy: '',
    failure: '',
  },

  onShow() {
    const t = texts();
    wx.setNavigationBarTitle({ title: t.tabOrders });
    translateTabs();
    this.setData({ t });
    this.shown = true;
    return this.load();
  },

  onHide() {
    this.shown = false;
  },

  /** Asks again while a callback may still change something: a payment or a refund can be on its way. */
  async load() {
    clearTimeout(this.timer);
    try {
      this.names ??= new Map((await shop.products()).map(({ id, name }) => [id, name]));
      const orders = await shop.orders();
      this.draw(orders);
      if (this.shown && orders.some(({ status }) => UNSETTLED.includes(status))) {
        this.timer = setTimeout(() => this.load(), POLL_MILLISECONDS);
      }
    } catch (error) {
      this.setData({ failure: failureText(error) });
    }
  },

  /** @param {TapEvent} event */
  pay(event) {
    const { number } = event.currentTarget.dataset;
    wx.navigateTo({ url: `/pages/cashier/index?outTradeNo=${number}` });
  },

  /**
   * An order that is open has no result yet.
   *
   * @param {TapEvent} event
   */
  open(event) {
    const { number } = event.currentTarget.dataset;
    const order = this.data.orders.find((/** @type {any} */ known) => known.number === number);
    const page = order.open ? 'cashier' : 'result';
    wx.navigateTo({ url: `/pages/${page}/index?outTradeNo=${number}` });
  },

  /** @param {TapEvent} event */
  close(event) {
    const { number } = event.currentTarget.dataset;
    return this.act(number, () => shop.close(number));
  },

  /** @param {TapEvent} event */
  refund(event) {
    const { number } = event.currentTarget.dataset;
    const { refundTitle, refundQuestion, confirm, back } = this.data.t;
    wx.showModal({
      title: refundTitle,
      content: refundQuestion,
      confirmText: confirm,
      cancelText: back,
      success: ({ confirm: agreed }) => {
        if (agreed) this.act(number, () => shop.refund(number));
      },
    });
  },

  /**
   * @param {string} number
   * @param {() => Promise<unknown>} work
   */
  async act(number, work) {
    if (this.data.busy !== '') return;
    this.setData({ busy: number });
    try {
      await work();
    } catch (error) {
      const { failed, known } = this.data.t;
      const content = failureText(error);
      wx.showModal({ title: failed, content, showCancel: false, confirmText: known });
    }
    this.setData({ busy: '' });
    await this.load();
  },

  /** @param {shop.Order[]} orders */
  draw(orders) {
    const { t } = this.data;
    this.setData({
      loaded: true,
      failure: '',
      orders: orders.map((order) => ({
        number: order.outTradeNo,
        productId: order.productId,
        name: this.names.get(order.productId)?.[language()] ?? order.description,
        quantity: order.quantity,
        amount: yuan(order.amountTotal),
        time: localTime(order.createdAt),
        status: order.status,
        statusText: t[`status${order.status}`],
        open: order.status === 'CREATED' || order.status === 'PREPAID',
        paid: order.status === 'PAID',
      })),
    });
  },
});
