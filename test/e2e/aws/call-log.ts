import * as fs from 'fs';
import { IamRequest, missingStatement } from './decisions';
import { logFile } from '../settings';

/** One call to AWS, with what became of it. */
export interface CallRecord {
  /** ARN of the calling role, or what stood in its place. */
  readonly caller: string;
  readonly service: string;
  readonly action: string;
  readonly params: Record<string, string>;
  readonly status: number;
  /** Requests that no policy of the caller allows. */
  readonly denied?: readonly IamRequest[];
  /** Error that a scenario put in the way. */
  readonly fault?: string;
  /** Text of an error answer. */
  readonly error?: string;
  /** Why nobody should call this here, or in this way. */
  readonly unexpected?: string;
}

/** All calls of a scenario, in their order, also as lines of JSON in `logs/aws-calls.jsonl`. */
export class CallLog {
  public readonly records: CallRecord[] = [];
  private readonly tolerated: ((record: CallRecord) => boolean)[] = [];

  public add(record: CallRecord): void {
    this.records.push(record);
    fs.appendFileSync(logFile('aws-calls.jsonl'), `${JSON.stringify({ time: new Date().toISOString(), ...record })}\n`);
  }

  /** Lets calls that fit be denied, or be unexpected, from now on and before. */
  public tolerate(fits: (record: CallRecord) => boolean): void {
    this.tolerated.push(fits);
  }

  /** Calls that fit, by the name of the role or a part of it, the action, or both. */
  public find({ caller, action }: { readonly caller?: string; readonly action?: string }): CallRecord[] {
    return this.records.filter((record) => (caller === undefined || record.caller.includes(caller))
      && (action === undefined || `${record.service}:${record.action}` === action));
  }

  /** What makes a scenario fail: each with the statement that is missing, or why it was not expected. */
  public get offences(): string[] {
    const told = new Set<string>();
    for (const record of this.records) {
      if (this.tolerated.some((fits) => fits(record))) {
        continue;
      }
      const what = `${record.caller} called ${record.service}:${record.action}`;
      record.denied?.forEach((request) => told.add(`${what}, which is denied; the missing statement:\n    ${missingStatement(request)}`));
      if (record.unexpected) {
        told.add(`${what}: ${record.unexpected}`);
      }
    }
    return [...told];
  }
}
