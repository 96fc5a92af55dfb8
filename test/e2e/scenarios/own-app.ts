import * as path from 'path';
import { leftInAws, leftInCluster, loadBalancers, objectsInCluster, targetGroups } from '../look';
import { Case } from '../scenario';

/** Deploys and destroys the app of a file, and tells what is there in between and afterwards. */
export function ownApp([file]: string[]): Case {
  return async (harness) => {
    const before = await objectsInCluster(harness);
    const app = harness.app(path.resolve(file));
    await app.deploy();
    console.log('deployed:');
    (await loadBalancers(harness)).forEach(({ LoadBalancerName, Scheme, listeners }) =>
      console.log(`  load balancer ${LoadBalancerName}, ${Scheme}, ports ${listeners.map(({ Port }) => Port).join(', ') || 'none'}`));
    (await targetGroups(harness)).forEach(({ TargetGroupName, TargetType, targets }) =>
      console.log(`  target group ${TargetGroupName}, ${TargetType}, ${targets.length} targets`));
    console.log((await harness.kubectl(['get', 'ingress,targetgroupbinding,deployment', '--all-namespaces', '--ignore-not-found'])).replace(/^/gm, '  '));
    await app.destroy();
    const left = [...await leftInAws(harness), ...await leftInCluster(harness, before)];
    console.log(`destroyed; left: ${left.join(', ') || 'nothing'}`);
  };
}
