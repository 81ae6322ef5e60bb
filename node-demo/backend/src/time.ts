export function afterSeconds(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000);
}

/** Whole seconds since 1970. */
export function unixTime(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
