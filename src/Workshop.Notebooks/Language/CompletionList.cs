namespace Workshop.Notebooks;

/// <summary>What could stand at a place in a cell.</summary>
/// <param name="Start">Where the name begins that is being typed.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Items">What could replace it, the likeliest first.</param>
public sealed record CompletionList(int Start, int End, IReadOnlyList<CompletionItem> Items);

/// <summary>One thing that could stand there.</summary>
/// <param name="Text">What is inserted.</param>
/// <param name="Kind">What it is, in the words of editors: <c>method</c>, <c>property</c>, <c>class</c>, <c>keyword</c>, ...</param>
/// <param name="Signature">The parameters of a method, <c>(string value)</c>; otherwise empty.</param>
public sealed record CompletionItem(string Text, string Kind, string Signature);
