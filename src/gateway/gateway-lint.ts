import { BUILT_AGAINST, DEFINITIONS_REMEDY, GatewaySupport, missingDefinitions, OWN_VERSION, since, whyUnserved } from './gateway-releases';
import { KubernetesObject } from '../cluster/manifest-objects';
import { compareReleases } from '../release/controller-version';
import { isUnknown } from '../util/tokens';

const GATEWAY_API = 'gateway.networking.k8s.io';
const OWN_KINDS = 'gateway.k8s.aws';

/** Release of the Gateway API that a definition is from, and its channel. */
const BUNDLE_VERSION = `${GATEWAY_API}/bundle-version`;

/** Prefixes of the controllers whose classes are judged: all others belong to other products. */
const CONTROLLERS = [`${OWN_KINDS}/`, 'eks.amazonaws.com/gateway-'];

/** Something that is wrong with an object, for `warn()`. */
export interface GatewayWarning {
  readonly object: KubernetesObject;
  readonly name: string;
  readonly message: string;
}

/**
 * Finds Gateways that no load balancer will be created for: neither the API server nor Helm reports them.
 *
 * Only classes of the AWS Load Balancer Controller and of EKS Auto Mode are judged, and Gateways of such classes in the same app.
 *
 * @param objects all objects in the manifests of the app, for one cluster
 */
export function lintGateways(objects: readonly KubernetesObject[], support: GatewaySupport): GatewayWarning[] {
  const classes = objects.filter((object) => isOf(object, GATEWAY_API, 'GatewayClass') && CONTROLLERS.some((prefix) => controllerOf(object).startsWith(prefix)));
  const gateways = objects.filter((object) => isOf(object, GATEWAY_API, 'Gateway') && classes.some((one) => one.metadata?.name === object.spec?.gatewayClassName));
  return [
    ...classes.flatMap((object) => unserved(object, support)),
    ...gateways.flatMap((object) => ignoredCertificates(object)),
    ...objects.filter((object) => isOf(object, GATEWAY_API, 'TLSRoute')).flatMap((route) => unservedRoute(route, classes, gateways)),
    ...classes.length > 0 ? [...oldDefinitions(objects, support), ...findMissingDefinitions(classes, objects, support)] : [],
  ];
}

function unserved(object: KubernetesObject, support: GatewaySupport): GatewayWarning[] {
  const why = whyUnserved(controllerOf(object), support);
  return why ? [{
    object,
    name: 'gatewayNotServed',
    message: `${nameOf(object)} has no effect: ${why.reason} ${controllerOf(object)}; ${why.remedy}`,
  }] : [];
}

/** Certificates are set in a LoadBalancerConfiguration, or found in AWS Certificate Manager by host name. */
function ignoredCertificates(object: KubernetesObject): GatewayWarning[] {
  const listener = list(object.spec?.listeners).find(({ tls }) => list(tls?.certificateRefs).length > 0);
  return listener ? [{
    object,
    name: 'gatewayCertificateRefs',
    message: `${nameOf(object)} has certificateRefs in its listener ${listener.name}, which a load balancer of AWS cannot use; give the listener a hostname `
      + 'that a certificate in AWS Certificate Manager covers, or set the certificate in a LoadBalancerConfiguration',
  }] : [];
}

/** EKS Auto Mode serves no TLSRoute, and an ALB none either. */
function unservedRoute(route: KubernetesObject, classes: KubernetesObject[], gateways: KubernetesObject[]): GatewayWarning[] {
  const parent = gateways.find(({ metadata }) => list(route.spec?.parentRefs).some(({ name }) => name === metadata?.name && !isUnknown(name)));
  const ofParent = classes.find(({ metadata }) => metadata?.name === parent?.spec?.gatewayClassName);
  return ofParent && controllerOf(ofParent) !== `${OWN_KINDS}/nlb` ? [{
    object: route,
    name: 'gatewayNotServed',
    message: `${nameOf(route)} has no effect: ${controllerOf(ofParent)} does not serve TLSRoutes; use a class of gateway.k8s.aws/nlb, or end TLS at the load balancer`,
  }] : [];
}

/** Definitions in the app's own manifests, with the release that they are marked with. */
function oldDefinitions(objects: readonly KubernetesObject[], { version }: GatewaySupport): GatewayWarning[] {
  const needed = version && since(BUILT_AGAINST, version);
  return needed === undefined ? [] : objects.filter(({ kind, metadata }) => kind === 'CustomResourceDefinition' && metadata?.name?.endsWith(`.${GATEWAY_API}`))
    .filter(({ metadata }) => {
      const bundle = metadata?.annotations?.[BUNDLE_VERSION];
      return typeof bundle === 'string' && /^v\d+\.\d+\.\d+/.test(bundle) && compareReleases(minorOf(bundle), needed) < 0;
    })
    .slice(0, 1)
    .map((object) => ({
      object,
      name: 'gatewayDefinitionsTooOld',
      message: `${nameOf(object)} is from Gateway API ${object.metadata!.annotations![BUNDLE_VERSION]}, older than ${needed}, which controller ${version!.releaseTag} is `
        + `built against: kinds that it lacks are not served; use the definitions of ${needed} or later`,
    }));
}

/**
 * Definitions that nothing in the app installs. Those of the Gateway API are in no chart; the controller's own are, but an upgrade to v3.5.0 with
 * those of an earlier chart switches all Gateways off.
 */
function findMissingDefinitions(classes: KubernetesObject[], objects: readonly KubernetesObject[], support: GatewaySupport): GatewayWarning[] {
  const { version, upgradesDefinitions, mayHaveDefinitions } = support;
  const object = classes.find((one) => controllerOf(one).startsWith(`${OWN_KINDS}/`) && whyUnserved(controllerOf(one), support) === undefined);
  if (version === undefined || object === undefined || mayHaveDefinitions) {
    return [];
  }
  const defines = (group: string) => objects.some(({ kind, metadata }) => kind === 'CustomResourceDefinition' && metadata?.name?.endsWith(`.${group}`));
  if (!defines(GATEWAY_API)) {
    return [{
      object,
      name: 'gatewayDefinitionsMissing',
      message: missingDefinitions(nameOf(object), version),
    }];
  }
  const needed = since(OWN_VERSION, version);
  return needed === 'v1' && !upgradesDefinitions && !defines(OWN_KINDS) ? [{
    object,
    name: 'gatewayDefinitionsNotUpgraded',
    message: `controller ${version.releaseTag} serves Gateways only if the cluster has ${OWN_KINDS}/${needed}, and Helm does not upgrade definitions: after an `
      + `upgrade from a release before v3.5.0 all Gateways are ignored; set upgradeCrds to true, ${DEFINITIONS_REMEDY}`,
  }] : [];
}

function isOf({ apiVersion, kind }: KubernetesObject, group: string, expected: string): boolean {
  return kind === expected && String(apiVersion).startsWith(`${group}/`);
}

function controllerOf({ spec }: KubernetesObject): string {
  return String(spec?.controllerName);
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  return [kind, [metadata?.namespace, metadata?.name].filter((part) => part !== undefined).join('/')].join(' ');
}

/** Patches of the Gateway API change no field. */
function minorOf(release: string): string {
  return release.replace(/^(v\d+\.\d+)\..*/, '$1.0');
}

function list(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}
