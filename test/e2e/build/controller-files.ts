import { existsSync } from 'fs';
import * as path from 'path';
import { CACHE, CONTROLLERS, UPSTREAM } from '../settings';

/**
 * The released program of a controller, as `controller-<release>` in E2E_CONTROLLER_DIR or in the cache; undefined if neither has it.
 *
 * @param release shape: `v3.5.0`
 */
export function controllerProgram(release: string): string | undefined {
  return firstOf(`controller-${release}`, CONTROLLERS, path.join(CACHE, 'bin'));
}

/** The manifest file of a release, as it is attached to the release; undefined if it is not there. */
export function controllerManifest(release: string): string | undefined {
  return firstOf(`${release.replace(/\./g, '_')}_full.yaml`, path.join(UPSTREAM, 'manifests'), path.join(CACHE, 'manifests'));
}

function firstOf(name: string, ...folders: readonly (string | undefined)[]): string | undefined {
  return folders.flatMap((folder) => folder ?? []).map((folder) => path.join(folder, name)).find(existsSync);
}
