import { after } from 'node:test';

export interface CaseCounter {
  /** A case that had to succeed, counted after it was asserted. */
  positive(): void;
  /** A case that had to be refused. */
  negative(): void;
}

/** Counts the cases of a suite and reports them when its file is done; see tests/README.md. */
export function countCases(suite: string): CaseCounter {
  const count = { positive: 0, negative: 0 };
  after(() => {
    console.log(`cases suite=${suite} positive=${count.positive} negative=${count.negative}`);
  });
  return {
    positive: () => {
      count.positive += 1;
    },
    negative: () => {
      count.negative += 1;
    },
  };
}
