import { CLEAN_UP } from './clean-up';
import { CLUSTER_SCOPE } from './cluster-scope';
import { ELSEWHERE } from './elsewhere';
import { GAME_2048 } from './game-2048';
import { GATEWAY } from './gateway';
import { IDENTITIES } from './identities';
import { IMPORTED } from './imported';
import { INGRESS_NGINX } from './ingress-nginx';
import { INGRESSES } from './ingresses';
import { MOVING_IN } from './moving-in';
import { ORDER } from './order';
import { SOURCES } from './sources';
import { TARGETS } from './targets';
import { UPGRADE } from './upgrade';
import { Scenario } from '../scenario';

export const SCENARIOS: readonly Scenario[] = [
  GAME_2048, IDENTITIES, CLUSTER_SCOPE, IMPORTED, UPGRADE, CLEAN_UP, SOURCES, ORDER, TARGETS, MOVING_IN, INGRESSES, ELSEWHERE, INGRESS_NGINX, GATEWAY,
];
