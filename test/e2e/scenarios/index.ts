import { CLEAN_UP } from './clean-up';
import { CLUSTER_SCOPE } from './cluster-scope';
import { GAME_2048 } from './game-2048';
<<<<<<< HEAD
<<<<<<< HEAD
import { IDENTITIES } from './identities';
import { IMPORTED } from './imported';
import { ORDER } from './order';
import { SOURCES } from './sources';
import { UPGRADE } from './upgrade';
import { Scenario } from '../scenario';

export const SCENARIOS: readonly Scenario[] = [GAME_2048, IDENTITIES, CLUSTER_SCOPE, IMPORTED, UPGRADE, CLEAN_UP, SOURCES, ORDER];
=======
import { TARGETS } from './targets';
import { UPGRADE } from './upgrade';
import { Scenario } from '../scenario';

export const SCENARIOS: readonly Scenario[] = [GAME_2048, CLUSTER_SCOPE, UPGRADE, TARGETS];
>>>>>>> a3262a2 (test: load balancers of CDK on a running cluster)
=======
import { MOVING_IN } from './moving-in';
import { UPGRADE } from './upgrade';
import { Scenario } from '../scenario';

export const SCENARIOS: readonly Scenario[] = [GAME_2048, CLUSTER_SCOPE, UPGRADE, MOVING_IN];
>>>>>>> cd45f7b (test: controllers change hands on a running cluster, and nobody notices)
