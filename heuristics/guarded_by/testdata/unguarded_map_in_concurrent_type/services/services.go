package services

import (
	"context"

	"google.golang.org/grpc"

	pb "example.com/api/users"
)

type users struct {
	names map[string]string
}

func (u *users) RenameBad(ctx context.Context, r *pb.RenameRequest) (*pb.RenameResponse, error) {
	u.names[r.Id] = r.Name // want "`users.names` is changed in `users.RenameBad`, which runs once per request"
	return &pb.RenameResponse{}, nil
}

// Nobody registers this type.
type fake struct {
	names map[string]string
}

func (f *fake) RenameOk(ctx context.Context, r *pb.RenameRequest) (*pb.RenameResponse, error) {
	f.names[r.Id] = r.Name
	return &pb.RenameResponse{}, nil
}

func serve(s *grpc.Server) {
	u := &users{names: map[string]string{}}
	pb.RegisterUsersServer(s, u)
}
