/** A compiler may print thousands of errors. */
const LONGEST = 5000;

/** Runs checks one by one or at once, prints how each ended, and sets the exit code. */
export class Report {
  private passed = 0;
  private failed = 0;
  private skipped = 0;

  public async check<T>(title: string, body: () => T | Promise<T>): Promise<T | undefined> {
    const start = Date.now();
    try {
      const result = await body();
      this.passed++;
      console.log(`passed: ${title} (${seconds(start)})`);
      return result;
    } catch (error) {
      this.failed++;
      console.log(`failed: ${title} (${seconds(start)})\n${(error as Error).message.slice(0, LONGEST)}`);
      return undefined;
    }
  }

  public skip(title: string, reason: string): void {
    this.skipped++;
    console.log(`skipped: ${title} (${reason})`);
  }

  public finish(): void {
    console.log(`${this.passed} passed, ${this.failed} failed, ${this.skipped} skipped`);
    process.exitCode = this.failed > 0 ? 1 : 0;
  }
}

function seconds(start: number): string {
  return `${Math.round((Date.now() - start) / 1000)} s`;
}
