// All contenders in turns, so that what else the machine does hits them alike.
const ROUNDS = 63
const SLICE = 5
const WARM_UP = 200

/** Medians in microseconds. `contenders` are functions; each is awaited if it gives promises. */
export async function measure(contenders) {
  const entries = []
  for (const [who, run] of Object.entries(contenders)) {
    const isAsync = run() instanceof Promise
    entries.push({ who, run, isAsync, times: [], repeats: await repeats(run, isAsync) })
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { run, isAsync, times, repeats } of entries) times.push((await time(run, isAsync, repeats)) / repeats)
  }
  return Object.fromEntries(entries.map(({ who, times }) => [who, 1000 * median(times)]))
}

export function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1]
}

/** One line of what `cargo xtask bench` reads. */
export function report(what, who, value, unit) {
  console.log(['bench', what, who, value.toFixed(unit === 'bytes' ? 0 : 2), unit].join('\t'))
}

async function repeats(run, isAsync) {
  let count = 0
  const start = performance.now()
  while (performance.now() - start < WARM_UP) {
    await time(run, isAsync, 1)
    count += 1
  }
  return Math.max(1, Math.round((count * SLICE) / WARM_UP))
}

async function time(run, isAsync, repeats) {
  const start = performance.now()
  if (isAsync) for (let at = 0; at < repeats; at += 1) await run()
  else for (let at = 0; at < repeats; at += 1) run()
  return performance.now() - start
}
