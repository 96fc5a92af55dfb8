// The CDK's validation of templates takes seconds a process: only the tests that are about it turn it on.
process.env.CDK_VALIDATION = 'false';
