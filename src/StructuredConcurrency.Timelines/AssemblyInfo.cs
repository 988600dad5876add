using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("StructuredConcurrency.Timelines.Tests")]
