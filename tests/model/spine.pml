/* The spine as a model: claim, mark, fence, call, settle; opt-out; crash; sweep; reconcile. To be read beside
 * outreach/actions/dispatching/ (claim.py, facts.py, send.py, settle.py, sweep.py, waiting.py), reconciling.py and opting_out.py.
 *
 * One person, one address, STEPS steps, two workers that may be killed at any point CRASHES times in all, a broker that
 * wakes anybody at any time (so a lost or doubled hint is every schedule), a provider that takes a call, refuses it for
 * sure, or leaves its answer in doubt, and a sweep whose lease may end at any moment.
 *
 * A transaction is one atomic step, except the fence's: it holds the batch's row lock over the call, as the program does.
 * What is assumed, not proved: PostgreSQL keeps its promises, and no connection is lost unseen between the fence's last
 * statement and the first byte of the call.
 *
 * Promise 1: no call starts after the opt-out was confirmed.      assert at the call
 * Promise 2: a step is accepted by the provider at most once.     assert at the acceptance
 * Promise 3: nothing is lost or denied.                           the formula at the end
 *
 * Each BREAK_… puts one known mistake in; tests/model/test_spine.py sees every one of them found.
 */
#define STEPS 2
#define WORKERS 2
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef RETURNS
#define RETURNS 1          /* how often a provider says "surely not taken" before it behaves */
#endif

mtype = { none, sent, returned, failed, skipped, uncertain,           /* a message; returned: the step is due again */
          claimed, calling, released, settled, swept }                /* a batch */

byte cursor = 1;                      /* enrollment.next_step; past STEPS: nothing more is due */
bool exited = false;                  /* the enrollment ended by the opt-out */
mtype message[STEPS + 1] = none;
byte accepted[STEPS + 1] = 0;         /* the provider's own count: the witness */

bool out = false;                     /* the consent event and the suppression are committed */
bool confirmed = false;               /* the person was told */

mtype batch[WORKERS] = none;
byte carries[WORKERS] = 0;            /* the step it carries */
bool locked[WORKERS] = false;         /* row lock on the batch, dies with its holder's connection */
byte crashes = 0;
byte returns = 0;

#define OPEN(w) (batch[w] == claimed || batch[w] == calling)
#ifdef BREAK_CLAIM_PASSES_AN_OPEN_STEP
#define IN_A_BATCH false
#else
#define IN_A_BATCH (OPEN(0) || OPEN(1))                               /* this run: its step may still come back */
#endif

inline crash_maybe(w) {               /* SIGKILL: the connection drops, and with it the lock; rows stay as committed */
    if
    :: crashes < CRASHES -> atomic { crashes++; locked[w] = false; goto reborn }
    :: true
    fi
}

inline record(step, outcome) {        /* the message and the cursor, in one statement; a cursor that moved on stays */
    message[step] = outcome;
    if
    :: cursor == step -> cursor = step + 1
    :: else
    fi
}

inline put_back(step) {               /* surely not taken: the cursor stays, so the step is due again */
    message[step] = returned;
#ifdef BREAK_CURSOR_ADVANCED_ON_FAILURE
    cursor = step + 1
#endif
}

proctype worker(byte w) {
    byte step; bool going;
reborn:
    do
    :: atomic {                       /* claim: the batch alone, one commit; nobody in an open one is claimed again */
        (!OPEN(w) && cursor <= STEPS && !exited && !IN_A_BATCH) ->
        step = cursor; going = !out; carries[w] = step; batch[w] = claimed
       }
       crash_maybe(w);

#ifdef BREAK_SETTLE_BEFORE_CALL
       atomic { record(step, sent) }
       crash_maybe(w);
#endif
       atomic {                       /* mark: not ours any more when a sweep released it */
        if
        :: batch[w] == claimed -> batch[w] = calling
        :: else -> goto reborn
        fi
       }
       crash_maybe(w);

       atomic {                       /* fence: the lock opt-outs wait for; then what is true now */
        if
        :: batch[w] == calling -> locked[w] = true
        :: else -> goto reborn
        fi;
#ifndef BREAK_CONSENT_READ_AT_CLAIM_ALONE
        going = !out && !exited
#endif
       }
#ifdef BREAK_OPT_OUT_READ_BEFORE_THE_LOCK
       locked[w] = false;
       atomic { batch[w] == calling -> locked[w] = true }
#endif
       crash_maybe(w);

       if
       :: !going -> atomic {          /* a run that is over leaves nothing to write */
            if
            :: exited
            :: else -> record(step, skipped); exited = true
            fi;
            batch[w] = settled; locked[w] = false
          }
       :: else ->
           assert(!confirmed);        /* promise 1: the call starts here */
           if                         /* the provider takes it, refuses it for sure, or nobody knows */
           :: atomic { accepted[step]++; assert(accepted[step] <= 1) }   /* promise 2 */
              crash_maybe(w);
              if
              :: atomic { record(step, sent); batch[w] = settled; locked[w] = false }
              :: atomic { record(step, uncertain); batch[w] = settled; locked[w] = false }   /* the answer was lost */
              fi
           :: returns < RETURNS -> atomic { returns++; put_back(step); batch[w] = settled; locked[w] = false }
           :: atomic { record(step, failed); batch[w] = settled; locked[w] = false }
           :: atomic { record(step, uncertain); batch[w] = settled; locked[w] = false }      /* never arrived, and silent */
           fi
       fi
    od
}

proctype opt_out() {
    atomic { out = true; exited = true }          /* event, suppression, the run's end: committed */
#ifndef BREAK_OPT_OUT_DOES_NOT_WAIT
    !(OPEN(0) && locked[0]);          /* FOR SHARE on the open batches that hold the person, one after the other */
    !(OPEN(1) && locked[1]);
#endif
    confirmed = true                  /* only now is the person told */
}

#ifdef BREAK_SWEEP_IGNORES_THE_LOCK
#define DEAD(w) OPEN(w)
#else
#define DEAD(w) (OPEN(w) && !locked[w])   /* SKIP LOCKED passes by who is alive and calling */
#endif

inline swept_up(w) {
    if
    :: batch[w] == calling ->
#ifdef BREAK_DEAD_CALLS_ARE_SENT_AGAIN
       put_back(carries[w]);
#else
       record(carries[w], uncertain);
#endif
       batch[w] = swept
    :: else -> batch[w] = released    /* never marked: nothing was asked of the provider, nothing is to be undone */
    fi
}

proctype sweep() {                    /* the lease may end at any moment */
end:
    do
    :: atomic { DEAD(0) -> swept_up(0) }
    :: atomic { DEAD(1) -> swept_up(1) }
    od
}

inline told(s) {                      /* the provider's own word, which may come late or never */
    if
    :: accepted[s] > 0 -> message[s] = sent
#ifdef BREAK_DOUBT_IS_SENT_AGAIN
    :: accepted[s] == 0 || true -> message[s] = returned; cursor = s
#else
    :: else -> message[s] = failed    /* its complete list lacks it; still never resent */
#endif
    fi
}

proctype reconcile() {
end:
    do
    :: atomic { message[1] == uncertain -> told(1) }
    :: atomic { message[2] == uncertain -> told(2) }
    od
}

init {
    atomic {
        run worker(0); run worker(1); run sweep(); run reconcile();
        if
        :: run opt_out()
        :: true
        fi
    }
}

/* Promise 3, in every state: what is behind the cursor has its outcome; what the provider took is carried by an open batch
 * or never denied; what is called sent was taken. When all has come to rest no batch is open, so every step that was begun
 * then has its outcome. */
#define RECORDED(s) (message[s] == sent || message[s] == failed || message[s] == skipped || message[s] == uncertain)
#define CARRIED(s)  ((OPEN(0) && carries[0] == s) || (OPEN(1) && carries[1] == s))
#define HONEST(s)   ((accepted[s] == 0 || CARRIED(s) || message[s] == sent || message[s] == uncertain) \
                     && (message[s] != sent || accepted[s] > 0))
ltl kept { [] ((cursor <= 1 || RECORDED(1)) && (cursor <= 2 || RECORDED(2)) && HONEST(1) && HONEST(2)) }
