interface CaseResult {
  title: string;
  ancestorTitles: string[];
  status: string;
}

export interface RunResults {
  testResults: { testFilePath: string; testResults: CaseResult[] }[];
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
}

export default class RealPartsReporter {
  constructor(globalConfig?: unknown, options?: { write?: (text: string) => void });
  onRunComplete(contexts: unknown, results: RunResults): void;
}
