/*!
 * yaml 2 (https://eemeli.org/yaml/), bundled into this file.
 *
 * Copyright Eemeli Aro <eemeli@gmail.com>
 *
 * Permission to use, copy, modify, and/or distribute this software for any purpose
 * with or without fee is hereby granted, provided that the above copyright notice
 * and this permission notice appear in all copies.
 *
 * THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH
 * REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND
 * FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
 * INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS
 * OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER
 * TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
 * THIS SOFTWARE.
 */
import { parseAllDocuments } from 'yaml';

/** What is wrong in one document of a YAML text, or the document. */
export interface YamlDocument {
  readonly error?: string;
  readonly value?: unknown;
}

/** Parses every document of a YAML text, as plain data. */
export function parse(text: string): YamlDocument[] {
  return [...parseAllDocuments(text)].map((document) => {
    if (document.errors.length > 0) {
      return { error: document.errors[0].message };
    }
    try {
      // An alias is found to lead nowhere when it is followed, and one that leads to itself when it is written.
      const value: unknown = document.toJS();
      JSON.stringify(value);
      return { value };
    } catch (error) {
      return { error: (error as Error).message };
    }
  });
}
