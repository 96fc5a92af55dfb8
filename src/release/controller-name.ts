/**
 * Name of the chart, which its pods have as a label, and of what is in the manifest file; by default that of Helm release and ServiceAccount
 * too, as in upstream's documentation.
 */
export const CONTROLLER = 'aws-load-balancer-controller';
