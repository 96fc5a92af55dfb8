import { INGRESS_OPTIONS } from '../../src/ingress/ingress-option-table';
import { fieldOf, Options, placeOf } from '../../src/options/option';

const OPTIONS: Options = INGRESS_OPTIONS;

/** The release that added each option of a class, if it came after v2.4.0. */
export const SETTING_SINCE: { readonly [setting: string]: string } = Object.fromEntries(Object.entries(OPTIONS).flatMap(([name, option]) => {
  const place = placeOf(option, 'spec');
  return place && place.since !== 'v2.4.0' ? [[fieldOf(OPTIONS, name, 'spec'), place.since]] : [];
}));
