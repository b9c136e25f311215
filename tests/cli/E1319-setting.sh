# A provider without a setting that it needs.
demo
thing
unset DEMO_HOST
expect 1 'E1319' 'needs a `host`' 'DEMO_HOST' -- styx apply --auto-approve $DEMO
cat >main.styx <<'S'
resource v: aws.ec2.vpc { cidr_block = "10.0.0.0/16" }
S
expect 1 'E1319' '`region`' 'AWS_REGION' -- styx apply --auto-approve
