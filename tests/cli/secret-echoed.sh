# A server that repeats a secret in its error: what is shown and recorded has it not.
demo
export THE_KEY='zq9"key\with/odd'
cat >main.styx <<'S'
secret key = env("THE_KEY")
resource t: demo.thing {
  thing_name = "one"
  token      = key
}
S
printf '%s\n' 'POST /things 400 {"message":"the token zq9\"key\\with/odd is too short, and so is zq9\"key\\with\/odd"}' >rules
expect 1 'E13' 'is too short' '!zq9' -- styx apply --auto-approve $DEMO
! grep -rlas zq9 .styx
expect 1 'E13' '!zq9' -- styx apply --auto-approve $DEMO --json
rm rules
expect 0 '!zq9' -- styx apply --auto-approve $DEMO
! grep -rlas zq9 .styx
