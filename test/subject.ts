export * from '../src/controller-chart';
export * from '../src/controller-image';
export * from '../src/controller-options';
export * from '../src/controller-version';
export * from '../src/ingress-class';
