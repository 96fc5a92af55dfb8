import { existsSync, readFileSync, statSync } from 'fs';
import * as path from 'path';
import { Token } from 'aws-cdk-lib';
import { isCrd } from './crds';
import { CONTAINER, DEPLOYMENT } from './manifest-file';
import type { ControllerVersion } from '../release/controller-version';
import { text } from '../util/kinds';
import { invalidProp } from '../util/messages';
import { parseObjects, YamlObject } from '../util/yaml';

/** The manifest file of a controller release, as `ControllerSource` describes it. */
export class ControllerManifest {
  public static fromFile(location: string): ControllerManifest {
    text.check('source', location);
    if (Token.isUnresolved(location)) {
      throw invalidProp('source', 'must be a path that is known at synth', 'a token', 'pass it as plain text');
    }
    const file = path.resolve(location);
    if (!existsSync(file) || !statSync(file).isFile()) {
      throw invalidProp('source', 'must be a file that exists', location, 'download it from the releases of the AWS Load Balancer Controller');
    }
    return new ControllerManifest(location, parseObjects('source', location, readFileSync(file, 'utf8')));
  }

  private constructor(private readonly location: string, private readonly objects: YamlObject[]) {}

  /** The objects of the file, which must be that of one release. */
  public objectsOf(version: ControllerVersion): YamlObject[] {
    const file = `v${version.releaseTag.slice(1).replace(/\./g, '_')}_full.yaml`;
    const deployments = this.objects.filter(({ kind }) => kind === 'Deployment');
    const container = deployments.find(({ metadata }) => metadata.name === DEPLOYMENT)?.spec?.template?.spec?.containers
      ?.find(({ name }: { name?: string }) => name === CONTAINER);
    if (!container) {
      throw invalidProp('source', `must hold the Deployment ${DEPLOYMENT} with its container ${CONTAINER}`, this.location, `use the file ${file}`);
    }
    if (deployments.length > 1) {
      throw invalidProp('source', `must hold no Deployment beside ${DEPLOYMENT}`, deployments.map(({ metadata }) => metadata.name),
        'define other workloads in manifests of their own');
    }
    if (!`${container.image}`.replace(/@sha256:[0-9a-f]+$/, '').endsWith(`:${version.releaseTag}`)) {
      throw invalidProp('source', `must be of controller ${version.releaseTag}, with that tag on its image`, container.image,
        `use the file ${file}, or name the ControllerVersion of this one`);
    }
    if (!this.objects.some(isCrd)) {
      throw invalidProp('source', 'must hold the CustomResourceDefinitions of the controller', this.location, `use the file ${file}`);
    }
    return this.objects;
  }
}
