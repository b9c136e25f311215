# No credentials anywhere; the metadata service is switched off.
cat >main.styx <<'S'
provider aws: aws { region = "eu-west-1" }
resource v: aws.ec2.vpc { cidr_block = "10.0.0.0/16" }
S
expect 1 'E1304' 'no AWS credentials' -- env AWS_EC2_METADATA_DISABLED=true styx apply --auto-approve
expect 1 'E1304' 'profile `nobody`' -- env AWS_EC2_METADATA_DISABLED=true AWS_PROFILE=nobody styx apply --auto-approve
