using StructuredConcurrency.Conformance;

namespace Checks;

/// <summary>Which belief a failed behaviour of exercise 10 smells of, and where to look.</summary>
internal static class LadderAdvice
{
    /// <summary>Where something else was found than expected.</summary>
    /// <param name="tried">The behaviour.</param>
    /// <param name="answer">What was found.</param>
    /// <param name="expected">What was expected.</param>
    public static (string Misconception, string WhereToLook) For(TriedBehaviour tried, Answer answer, Answer expected)
    {
        var id = tried.Id;
        var given = answer.Given;
        var nothingThrown = given == "nothing was thrown";
        var cancellationThrown = given.Contains("Canceled", StringComparison.Ordinal) || given.Contains("an OperationCanceledException", StringComparison.Ordinal);
        return id switch
        {
            _ when given.Contains(nameof(NotImplementedException), StringComparison.Ordinal) || given.StartsWith("not done yet", StringComparison.Ordinal) => ("A rung that is not built cannot be climbed.", "Look for the NotImplementedException."),
            _ when given.Contains(nameof(ObjectDisposedException), StringComparison.Ordinal) =>
                ("The end of the group is not the end of whoever holds it: somebody may still ask its token, or call Cancel, and a disposed source throws.", "Do not dispose the source as long as somebody can ask for its token, or remember that the group has ended."),
            _ when NeverBegan(tried) is { } neverBegan => neverBegan,
            "4" => ("A group without its body is nothing: RunAsync calls the body once, with a new group, and awaits what it returns.", "Begin with a new MyTaskGroup and 'await body(group)'."),
            "1" => ("Started is not awaited: a task that nobody waits for goes on when RunAsync has ended.", "Remember in Start what was started, and await all of it in RunAsync, behind the body."),
            "7" => ("Calling an async method is not starting a task: it runs on the caller's own stack up to its first await.", "Start the child with Task.Run."),
            "9" when given.StartsWith("Start threw", StringComparison.Ordinal) =>
                ("A child need not be an async method: what its delegate throws at once comes out of the call itself, not out of a task.", "Call 'work' where the child runs, inside the try that catches its errors."),
            "14" when !nothingThrown && answer.Question == "RunAsync" =>
                ("An error of the body is an error of the group: it is thrown in an AggregateException as any other, after the children have ended.", "Catch what the body throws, cancel, wait for the children, and throw then."),
            "14" => ("A body that fails leaves its children behind: they are to be cancelled, and waited for, before RunAsync ends.", "Catch what the body throws, cancel, wait for the children, and throw then."),
            "17" or "20" when given.Contains("TaskCanceled", StringComparison.Ordinal) =>
                ("Who was cancelled because somebody else failed did not fail: the sibling's cancellation is no error.", "Catch OperationCanceledException where the group's token is cancelled, and keep it from the errors."),
            "9" or "11" or "12" or "13" or "17" or "18" when nothingThrown =>
                ("An exception that is caught and kept to oneself is lost: the caller takes the group for a success.", "Throw a new AggregateException of the errors at the end of RunAsync."),
            "9" or "11" or "12" or "13" or "15" or "16" or "17" or "18" or "19" or "20" or "21" when answer.Question == "RunAsync" && cancellationThrown =>
                ("An error beats the cancellation that it brought about: RunAsync ends with the error, not with the siblings' being cancelled.", "Look first whether there are errors, and only then whether something was cancelled."),
            "9" or "11" or "12" or "13" or "17" when answer.Question == "RunAsync" =>
                ("To await is to see one exception, bare: whoever calls a group is always given an AggregateException, also for a single error.", "Catch what children throw, and throw a new AggregateException of the errors at the end."),
            "11" or "13" => ("A failure is nobody else's news by itself: the siblings and the body go on until somebody cancels their token.", "Cancel the group's source where a child's error is caught."),
            "15" or "18" when given.Order().SequenceEqual(expected.Given.Order()) =>
                ("To cancel is to let others go on: they end, and are noted, before the error that stopped them.", "Add the error to the list first, where its child ends, and cancel after that."),
            "15" or "18" => ("The first error is not the only one: a sibling may fail at the same time, or in its clean-up, and await on Task.WhenAll shows one.", "Add each child's error to a list where the child ends."),
            "16" => ("The order of starting is not the order of ending: errors are listed as the children ended, and the body's error comes last.", "Add an error to the list when its child ends, and the body's after all of them."),
            "19" => ("Not every OperationCanceledException is a cancellation of this group: where nobody cancelled the group, as after a timeout, it is an error like any other.", "Catch it as a cancellation only when the group's own token is cancelled: 'catch (…) when (…)'."),
            "20" => ("An error is kept as it was thrown: Flatten takes apart what belongs to one child.", "Add the exception itself to the list: no Flatten, no InnerException."),
            "21" => ("'throw e' begins the stack trace anew: the line where the child failed is lost.", "Keep the exception in a list, or rethrow with 'throw;'."),
            "25" => ("An AggregateException is one exception that holds several: the task of RunAsync fails with that one.", "Throw it from an async method."),
            "40" or "38" when answer.Question == Answer.End =>
                ("Cancelled is not cut short: where everybody came to the end all the same, there is nothing to report, and RunAsync ends normally.", "Throw the caller's cancellation only when the body or a child ended by it."),
            "26" or "27" or "40" when answer.Question != "RunAsync" && !given.Contains("another token", StringComparison.Ordinal) => ("A cancellation is a request: a child that does not look at its token goes on, and is still waited for.", "Wait for the children themselves, without a token, a time limit or WaitAsync."),
            "30" => ("A cancelled caller is no reason not to begin: the body is run, sees the cancelled token, and may clean up.", "Do not return or throw before the body was called; link the caller's token first."),
            "32" => ("A group's failure is the group's own: the caller's token belongs to the caller, who goes on with it.", "Never cancel what the caller gave you; cancel a source of your own that is linked to it."),
            "28" or "29" => ("An error beats the caller's cancellation: what went wrong must not hide behind what was asked for.", "Look first whether there are errors, and only then whether the caller has cancelled."),
            "26" or "27" when nothingThrown => ("A cancellation that is swallowed looks like a success: the caller must be told that the work was cut short.", "At the end, when something was cut short and the caller's token is cancelled, throw: cancellationToken.ThrowIfCancellationRequested()."),
            "26" or "27" when given.Contains("another token", StringComparison.Ordinal) =>
                ("Whose cancellation it is can be told by the token in the exception: the group's own says nothing to the caller.", "Throw an OperationCanceledException with the caller's token, not the one that a child or the body threw."),
            "26" or "27" or "40" => ("The caller's cancellation is no error: it passes through as an OperationCanceledException, not inside an AggregateException.", "Keep cancellations from the list of errors when the group's token is cancelled."),
            "33" or "35" or "F" when answer.Question == Answer.End =>
                ("Cancelling one's own group is no error: whoever asked for the end need not be told of it.", "After the errors, ask the caller's token alone whether a cancellation is to be thrown."),
            "F" or "33" => ("To cancel is to cancel the token that everybody was given: another one, or none, reaches nobody.", "Cancel in Cancel() the source whose token the children and the body have."),
            "35" => ("Cancel may come at any time, twice, or too late: it must be safe to call.", "Look at what Cancel does after the end, and when it is called a second time."),
            "36" => ("Quiet is the cancellation, not the error: what a child throws while it is stopped is an error as ever.", "Look first whether there are errors, and only then whether Cancel was called."),
            "S8" => ("Cancel does not hide the caller's cancellation: where both came, the caller is told of its own.", "At the end ask the caller's token, whether or not Cancel was called."),
            "5" => ("A list of children that was copied is out of date: a child may start children while RunAsync waits for the copy.", "Wait until no child is left, however late it came: count, or look again after each wait."),
            "43" or "47" or "48" => ("Between asking and acting somebody else may act: a child that Start accepts must be counted before the group can end.", "Make one step of 'has the group ended?' and 'one child more', and of 'one child less' and 'was it the last?'."),
            "10" => ("A group that has ended takes no child: nobody would wait for it any more.", "Remember the end at the moment at which the last one leaves, and throw an InvalidOperationException in Start from then on."),
            "38" => ("A group that is asked to stop takes no new work: the child would begin only to be cancelled.", "Call Token.ThrowIfCancellationRequested() in Start, after the question whether the group has ended."),
            "S10" when answer.Question.StartsWith("g.Token", StringComparison.Ordinal) => ("A token that is not linked carries nothing on: the caller's cancellation must reach the group's own token.", "Link the caller's token with CreateLinkedTokenSource or Register."),
            "S10" => ("Ended comes before cancelled: a group that was cancelled and has ended is a group that has ended.", "Ask in Start first whether the group has ended, then whether it is cancelled."),
            "44" or "46" => ("An inner group's error is one error of the outer group: two groups are two levels.", "Add the exception itself to the list: no Flatten, no InnerExceptions."),
            "45" => ("Which group was cancelled makes the difference: for the inner group the outer one is its caller, whose cancellation passes through as itself.", "Throw the caller's cancellation with the caller's token."),
            _ => ("A task group keeps its promises in every case.", "Read the behaviour's name once more, and follow what your class does there step by step."),
        };
    }

    /// <summary>Where the behaviour never came to its end.</summary>
    /// <param name="tried">The behaviour.</param>
    public static (string Misconception, string WhereToLook) ForHang(TriedBehaviour tried) => tried.Id switch
    {
        _ when NeverBegan(tried) is { } neverBegan => neverBegan,
        "9" => ("A child need not be an async method: what its delegate throws at once comes out of the call itself, not out of a task.", "Call 'work' where the child runs, inside the try that catches its errors."),
        "4" or "1" or "7" => ("Waiting for something is only as good as the one who says that it has happened: with no child left, nobody does.", "Ask yourself who completes what RunAsync awaits when there is no child, or when the last has ended."),
        "11" or "12" or "13" or "14" or "15" or "16" or "17" or "18" or "19" or "20" or "21" or "25" or "47" =>
            ("Waiting for all stops nobody: when one has failed, its siblings and the body wait on until somebody cancels their token.", "Cancel the group's source at the first error, of a child or of the body, and see that the children were given its token."),
        "26" or "27" or "28" or "29" or "30" or "32" or "40" or "46" or "S10" or "38" =>
            ("A token that is not linked carries nothing on: the caller's cancellation must reach the group's own token.", "Link the caller's token with CreateLinkedTokenSource or Register."),
        "33" or "35" or "36" or "F" or "S8" => ("To cancel is to cancel the token that everybody was given: another one, or none, reaches nobody.", "Cancel in Cancel() the source whose token the children and the body have, and count a child that never ran as ended."),
        "5" or "10" or "43" or "44" or "45" or "48" => ("Nobody may wait for what is waiting for him: RunAsync must notice the end of every child, however late it was started.", "Look at who tells RunAsync that the last child has ended, and whether that can be said too early, twice or never."),
        _ => ("Somebody waits for what nobody will do.", "Follow who completes what RunAsync awaits."),
    };

    /// <summary>Whether a child was accepted and never ran.</summary>
    /// <param name="tried">The behaviour.</param>
    public static bool SomeNeverBegan(TriedBehaviour tried) =>
        tried.Id is "11" or "14" or "17" or "18" or "26" or "27" or "28" or "33" or "35" or "36" or "F" && tried.Children.Begun < tried.Children.Accepted;

    /// <summary>A child that was accepted before the group was cancelled, and whose code was never called. Late children are another story, and children that nobody waits for.</summary>
    private static (string Misconception, string WhereToLook)? NeverBegan(TriedBehaviour tried) =>
        SomeNeverBegan(tried)
            ? ("A child that was accepted is started: with a cancelled token Task.Run never calls its code, and its finally never runs.", "Do not give the token to Task.Run; the child is handed it, and looks for itself.")
            : null;
}
