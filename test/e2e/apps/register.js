// Apps import the library by its name, as its users do; here that is the source.
const Module = require('module');
const path = require('path');

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  return resolve.call(this, request === 'cdk-eks-alb-ingress-support' ? path.join(__dirname, '..', '..', '..', 'src', 'index.ts') : request, ...rest);
};
