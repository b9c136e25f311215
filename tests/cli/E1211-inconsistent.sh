# A secret that changed since the plan would need a replace that nobody agreed to.
demo
cat >main.styx <<'S'
param n: int = 1
secret pw = env("DEMO_PASSWORD")
resource t: demo.thing { thing_name = "one", size = n, token = pw }
S
export DEMO_PASSWORD=first
expect 0 '1 created' -- styx apply --auto-approve $DEMO
expect 0 '1 to update' -- styx plan -p n=2 --out p.plan $DEMO
DEMO_PASSWORD=second
expect 1 'E1211' '`token`' 'plan and apply again' -- styx apply --auto-approve p.plan $DEMO
expect 0 '1 replaced' -- styx apply --auto-approve -p n=2 $DEMO
expect 0 'nothing to do' -- styx plan -p n=2 $DEMO
