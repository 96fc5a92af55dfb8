import * as fc from 'fast-check';

// The same random cases each time, so that a change is to blame for what it breaks; others with FAST_CHECK_SEED=<number>.
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 2048) });

// The CDK's validation of templates takes seconds a process: only the tests that are about it turn it on.
process.env.CDK_VALIDATION = 'false';
process.env.CDK_CONTEXT_JSON = JSON.stringify({
  // Assets are named, not copied: each synthesis would otherwise leave tens of megabytes behind. Tests of what is shipped turn it off.
  'aws:cdk:disable-asset-staging': true,
  // Where each resource and each message was made: a tenth of the time, as jest maps every frame back to its source.
  'aws:cdk:disable-creation-stack-traces': true,
  'aws:cdk:disable-stack-trace': true,
});
