import { CLUSTER_SCOPE } from './cluster-scope';
import { GAME_2048 } from './game-2048';
import { UPGRADE } from './upgrade';
import { Scenario } from '../scenario';

export const SCENARIOS: readonly Scenario[] = [GAME_2048, CLUSTER_SCOPE, UPGRADE];
