// The CDK's validation of templates takes seconds a process: only the tests that are about it turn it on.
process.env.CDK_VALIDATION = 'false';
// Assets are named, not copied: each synthesis would otherwise leave tens of megabytes behind. Tests of what is shipped turn it off.
process.env.CDK_CONTEXT_JSON = JSON.stringify({ 'aws:cdk:disable-asset-staging': true });
