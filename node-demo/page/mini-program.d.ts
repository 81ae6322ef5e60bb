// The globals of a mini program, as far as this one uses them.

declare const wx: ReturnType<typeof import('./runtime/wx.js').createWx>;

declare function App(definition: Record<string, any> & ThisType<any>): void;

declare function Page(
  definition: { data: object } & { [name: string]: any } & {
    onLoad?(options: Record<string, string>): unknown;
  } & ThisType<any>,
): void;

/** What a handler of a page is called with. */
declare interface TapEvent {
  currentTarget: { dataset: Record<string, any> };
  detail: Record<string, any>;
}
