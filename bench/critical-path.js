// The critical path of a deployment: what a way adds between the cluster and the controller, one after the other.
//   npx projen bench:path
const path = require('path');
const { FLAGS, measure } = require('./app');

/** The longest series of added resources that ends with the Helm release, as types. */
function criticalPath(resources, before) {
  const paths = new Map();
  const pathTo = (id) => {
    if (!(id in resources)) { return []; }
    if (!paths.has(id)) {
      paths.set(id, []);
      const { Type, Properties, DependsOn } = resources[id];
      const longest = [...idsIn(Properties), ...[DependsOn ?? []].flat()].map(pathTo).reduce((one, other) => other.length > one.length ? other : one, []);
      paths.set(id, id in before ? longest : [...longest, Type]);
    }
    return paths.get(id);
  };
  const releases = Object.keys(resources).filter((id) => resources[id].Type === 'Custom::AWSCDK-EKS-HelmChart' && !(id in before));
  return releases.map(pathTo).reduce((one, other) => other.length > one.length ? other : one, []);
}

/** The logical ids that a value refers to. */
function idsIn(value) {
  if (typeof value !== 'object' || value === null) { return []; }
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') { return [inner]; }
    return key === 'Fn::GetAtt' ? [[inner].flat()[0]] : idsIn(inner);
  });
}

module.exports = { criticalPath };

if (require.main === module) {
  require(path.join(__dirname, '..'));
  for (const eksModule of ['aws-eks', 'aws-eks-v2']) {
    for (const flags of FLAGS) {
      const [before, theirs, ours] = ['none', 'alb-controller', 'support'].map((way) => measure(eksModule, way, 1, flags).template.Resources);
      console.log(`\n${eksModule}, ${flags}: resources in series, from the cluster to the running controller`);
      console.log(`AlbController:         ${criticalPath(theirs, before).join(' -> ')}`);
      console.log(`EksAlbIngressSupport:  ${criticalPath(ours, before).join(' -> ')}`);
    }
  }
}
