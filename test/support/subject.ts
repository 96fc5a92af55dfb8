export * from '../../src/controller/controller-chart';
export * from '../../src/controller/controller-image';
export * from '../../src/controller/controller-options';
export * from '../../src/controller/scheduling';
export * from '../../src/release/controller-version';
export * from '../../src/ingress/ingress-class-options';
export * from '../../src/ingress/ingress-web-acl';
