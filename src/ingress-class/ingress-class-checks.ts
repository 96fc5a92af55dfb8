import type { IngressClassOptions } from './ingress-class-options';
import { invalidProp } from '../util/messages';

/** What of the options is about the class itself, and not a setting of its IngressClassParams. */
const NO_SETTING: readonly string[] = ['ingressClassName', 'create', 'isDefault'] satisfies (keyof IngressClassOptions)[];

/** The settings that options hold, by name. */
export function settingsIn(options: IngressClassOptions): string[] {
  return Object.entries(options).filter(([option, value]) => value !== undefined && !NO_SETTING.includes(option)).map(([option]) => option);
}

/**
 * Rejects what contradicts itself in the options of a class, whatever installs it.
 *
 * @param prop what to call the options in messages
 * @param creates whether the class gets defined
 * @param usesWafv2 whether the controller has WAFv2 switched on
 */
export function checkIngressClass(prop: string, options: IngressClassOptions, creates: boolean, usesWafv2: boolean): void {
  const idle = creates ? [] : [...options.isDefault ? ['isDefault'] : [], ...settingsIn(options)];
  if (idle.length > 0) {
    throw invalidProp(`${prop}.${idle[0]}`, 'must be left out where the class is not defined', idle, `set ${prop}.create to true`);
  }
  if (options.webAcl && !usesWafv2) {
    throw invalidProp(`${prop}.webAcl`, 'must be left out where the controller does not use WAFv2', options.webAcl._arn ?? options.webAcl._name,
      'set enableWafv2 to true, if its API can be reached');
  }
}
