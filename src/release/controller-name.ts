/** Name of chart, Helm release and, by default, ServiceAccount: the one that upstream's documentation uses. */
export const CONTROLLER = 'aws-load-balancer-controller';
