import type { ControllerImageOptions } from './controller-image-options';
import { like, list, struct, text } from '../util/kinds';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';
import { validateDnsSubdomain } from '../util/validation';

export const IMAGE_REPOSITORY = like('IRepository', ['repositoryUri'], 'pass the Repository itself, or what Repository.fromRepositoryName() gives');

const IMAGE_OPTIONS = struct<ControllerImageOptions>('ControllerImageOptions', { tag: text, digest: text, pullSecrets: list(text) });

/** Rejects options of the wrong kind or shape. */
export function checkImageOptions(options: ControllerImageOptions): void {
  IMAGE_OPTIONS.check('image options', options);
  const { tag, digest, pullSecrets } = options;
  if (tag !== undefined && digest !== undefined) {
    throw invalidProp('image', 'must be named by a tag or by a digest', { tag, digest }, 'leave one of them out');
  }
  if (tag !== undefined && !isUnknown(tag) && !/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(tag)) {
    throw invalidProp('image tag', "must be up to 128 of A-Z, a-z, 0-9, '_', '.' and '-', not starting with '.' or '-'", tag, 'try "v3.5.0"');
  }
  if (digest !== undefined && !isUnknown(digest) && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw invalidProp('image digest', 'must be "sha256:" and 64 lower-case hexadecimal digits', digest, 'copy the digest of the image index');
  }
  pullSecrets?.forEach((name) => validateDnsSubdomain('image pullSecrets', name));
}
